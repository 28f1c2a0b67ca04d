package spread;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.Vector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The package has every public and protected member of the official library, as {@code spread-api.txt} lists them, and no other. */
class PublicApiTest {
    /** What this library adds, see the guide. */
    private static final List<String> ADDED = List.of(
            "public static void setObjectInputFilter(java.io.ObjectInputFilter)",
            "public static java.io.ObjectInputFilter getObjectInputFilter()");

    private static Map<String, List<String>> listing() throws IOException {
        Map<String, List<String>> classes = new LinkedHashMap<>();
        try (InputStream in = Objects.requireNonNull(PublicApiTest.class.getResourceAsStream("/spread-api.txt"))) {
            List<String> members = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\n")) {
                if (line.endsWith(" {")) {
                    members = new ArrayList<>();
                    classes.put(line.substring(0, line.length() - 2), members);
                } else if (line.endsWith(";")) {
                    members.add(line.strip().substring(0, line.strip().length() - 1));
                }
            }
        }
        return classes;
    }

    private static String nameIn(String declaration) {
        return declaration.replaceAll(".*(class|interface) (\\S+).*", "$2");
    }

    @TestFactory
    Stream<DynamicTest> eachClassHasTheMembersOfTheListing() throws IOException {
        return listing().entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(
                        nameIn(each.getKey()), () -> compare(Class.forName(nameIn(each.getKey())), each)));
    }

    private static void compare(Class<?> type, Map.Entry<String, List<String>> official) {
        assertThat(declaration(type)).isEqualTo(official.getKey());
        List<String> ours = members(type);
        ours.removeAll(ADDED);
        assertThat(new TreeSet<>(ours)).isEqualTo(new TreeSet<>(official.getValue()));
    }

    /** The official sources know no generics: {@code Vector<String> all = message.getDigest()} compiles with a raw type only. */
    @TestFactory
    Stream<DynamicTest> noOfficialMemberHasBecomeGeneric() throws IOException {
        return listing().keySet().stream()
                .map(PublicApiTest::nameIn)
                .map(name -> DynamicTest.dynamicTest(
                        name,
                        () -> assertThat(genericMembers(Class.forName(name))).isEmpty()));
    }

    private static List<String> genericMembers(Class<?> type) {
        List<String> all = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (isVisible(field) && !field.getGenericType().equals(field.getType())) {
                all.add(field.toGenericString());
            }
        }
        for (Executable each : Stream.<Executable>concat(
                        Arrays.stream(type.getDeclaredConstructors()), Arrays.stream(type.getDeclaredMethods()))
                .toList()) {
            boolean isRaw = Arrays.equals(each.getGenericParameterTypes(), each.getParameterTypes())
                    && (!(each instanceof Method method)
                            || method.getGenericReturnType().equals(method.getReturnType()));
            if (isVisible(each) && !isRaw) {
                all.add(each.toGenericString());
            }
        }
        return all;
    }

    @Test
    @SuppressWarnings("unchecked")
    void aDigestIsReadAsOfficialProgramsAreWritten() throws SpreadException {
        SpreadMessage message = new SpreadMessage();
        message.digest("one");
        Vector<String> strings = message.getDigest();
        assertThat(strings).containsExactly("one");
    }

    @Test
    void theListingIsWhole() throws IOException {
        assertThat(listing().keySet().stream().map(PublicApiTest::nameIn)).hasSize(13);
        assertThat(listing().values().stream().mapToInt(List::size).sum()).isEqualTo(140);
    }

    private static String declaration(Class<?> type) {
        StringBuilder text = new StringBuilder(modifiers(type.getModifiers() & ~Modifier.ABSTRACT & ~Modifier.STATIC));
        text.append(type.isInterface() ? type.getName() : "class " + type.getName());
        if (!type.isInterface() && type.getSuperclass() != Object.class) {
            text.append(" extends ").append(type.getSuperclass().getName());
        }
        String interfaces =
                Arrays.stream(type.getInterfaces()).map(Class::getName).collect(Collectors.joining(","));
        return text + (interfaces.isEmpty() ? "" : " implements " + interfaces);
    }

    private static List<String> members(Class<?> type) {
        List<String> all = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (isVisible(field)) {
                all.add(modifiers(field.getModifiers()) + field.getType().getTypeName() + " " + field.getName());
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isVisible(constructor)) {
                all.add(modifiers(constructor.getModifiers()) + constructor.getName() + parameters(constructor));
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if (isVisible(method)) {
                all.add(modifiers(method.getModifiers())
                        + method.getReturnType().getTypeName() + " " + method.getName() + parameters(method));
            }
        }
        return all;
    }

    private static boolean isVisible(Member member) {
        return (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0 && !member.isSynthetic();
    }

    private static String modifiers(int modifiers) {
        return modifiers == 0 ? "" : Modifier.toString(modifiers) + " ";
    }

    private static String parameters(Executable executable) {
        String parameters = Arrays.stream(executable.getParameterTypes())
                .map(Class::getTypeName)
                .collect(Collectors.joining(", ", "(", ")"));
        String thrown = Arrays.stream(executable.getExceptionTypes())
                .map(Class::getTypeName)
                .collect(Collectors.joining(", "));
        return parameters + (thrown.isEmpty() ? "" : " throws " + thrown);
    }
}
