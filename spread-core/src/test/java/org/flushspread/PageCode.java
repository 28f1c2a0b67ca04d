package org.flushspread;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;

/** Java of a page, taken apart into what stands at different places of a class: imports, types, and lines that run. */
public record PageCode(String imports, String types, String lines) {
    /** What a person's own class around the lines would bring. */
    private static final String USUAL = """
            import static java.nio.charset.StandardCharsets.UTF_8;
            import java.io.*;
            import java.nio.file.Path;
            import java.time.Duration;
            """;

    /** A type from its first line to the bracket at the margin that ends it. */
    private static final Pattern TYPE =
            Pattern.compile("(?ms)^(?:public |static |final |abstract )*(?:class|record|interface|enum) \\w.*?^\\}\\n");

    public static PageCode of(String java) {
        String imports =
                java.lines().filter(each -> each.startsWith("import ")).collect(Collectors.joining("\n", "", "\n"));
        String rest =
                java.lines().filter(each -> !each.startsWith("import ")).collect(Collectors.joining("\n", "", "\n"));
        Matcher type = TYPE.matcher(rest);
        StringBuilder types = new StringBuilder();
        while (type.find()) {
            types.append(type.group().replaceFirst("^(?:public )?(?=final |abstract |class|enum)", "static "));
        }
        return new PageCode(imports, types.toString(), TYPE.matcher(rest).replaceAll(""));
    }

    /** A source file: the class of this name with its head and members, the types of the page in it, and the imports of both above. */
    public String source(String name, String head, String members) {
        return USUAL + imports + "\npublic class " + name + " " + head + " {\n" + types + members + "}\n";
    }

    /** Compiles a source for Java 17 with the class path of the test. */
    public static Class<?> compile(Path directory, String name, String source) throws IOException {
        Path file = Files.writeString(
                Files.createDirectories(directory.resolve(name)).resolve(name + ".java"), source);
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        String classPath = System.getProperty("java.class.path");
        String[] arguments = {
            "--release", "17", "-cp", classPath, "-d", file.getParent().toString(), file.toString()
        };
        assertThat(ToolProvider.getSystemJavaCompiler().run(null, errors, errors, arguments))
                .as(errors + "\n" + source)
                .isZero();
        URL[] place = {file.getParent().toUri().toURL()};
        try {
            return new URLClassLoader(place, PageCode.class.getClassLoader()).loadClass(name);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
