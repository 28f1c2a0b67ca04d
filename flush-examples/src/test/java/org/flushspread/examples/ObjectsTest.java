package org.flushspread.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** security 6: bytes become objects of classes that the bytes name in one place, behind a filter; here all three modules are seen at once. */
@Tag("once")
class ObjectsTest {
    /** What makes objects of classes, or runs code, that its input names. */
    private static final Pattern READERS =
            Pattern.compile("java\\.io\\.(ObjectInput.*|Externalizable)|java\\.beans\\.XML.*"
                    + "|java\\.rmi\\..*|javax\\.(naming|script|management\\.remote)\\..*|java\\.lang\\.invoke\\.SerializedLambda"
                    + "|com\\.fasterxml\\..*|org\\.yaml\\..*");

    @Test
    void onlyMessagesOfTheOfficialApiReadSerializedObjects() {
        JavaClasses main = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .withImportOption(location -> !location.contains("test-classes") && !location.contains("-tests.jar"))
                .importPackages("org.flushspread", "spread");
        for (String each : new String[] {"client", "daemon", "flush.replica", "flush.store", "examples"}) {
            assertThat(main.containPackage("org.flushspread." + each)).as(each).isTrue();
        }
        Set<String> reading = new TreeSet<>();
        for (JavaClass each : main) {
            boolean reads = each.getDirectDependenciesFromSelf().stream()
                    .anyMatch(dependency -> READERS.matcher(dependency
                                    .getTargetClass()
                                    .getBaseComponentType()
                                    .getName())
                            .matches());
            if (reads) {
                reading.add(each.getName().replaceFirst("\\$.*", ""));
            }
        }
        assertThat(reading).containsExactly("spread.SerialFilter", "spread.SpreadMessage");
    }
}
