import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Writes a jar again with its classes in the format of Java 8, where they are older. Classes of before Java 6 have no stack maps, and the
 * JVM keeps only classes that have them in its cache of loaded classes: others are read and verified at each start, which takes picocli,
 * whose classes are of Java 5, a third of the daemon's whole start.
 */
class NewerClasses {
    private static final int JAVA_6 = 50;
    private static final int JAVA_8 = 52;

    public static void main(String[] args) throws IOException {
        Path from = Path.of(args[0]);
        Path to = Path.of(args[1]);
        try (ZipFile jar = new ZipFile(from.toFile());
                URLClassLoader loader = new URLClassLoader(new URL[] {from.toUri().toURL()});
                OutputStream out = Files.newOutputStream(to);
                ZipOutputStream written = new ZipOutputStream(out)) {
            ClassFile format = ClassFile.of(
                    ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                    ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(loader)
                            .orElse(ClassHierarchyResolver.defaultResolver())));
            for (ZipEntry each : Collections.list(jar.entries())) {
                byte[] bytes;
                try (InputStream in = jar.getInputStream(each)) {
                    bytes = in.readAllBytes();
                }
                ZipEntry entry = new ZipEntry(each.getName());
                entry.setTimeLocal(each.getTimeLocal());
                written.putNextEntry(entry);
                written.write(each.getName().endsWith(".class") ? newer(format, bytes) : bytes);
            }
        }
    }

    private static byte[] newer(ClassFile format, byte[] bytes) {
        ClassModel model = format.parse(bytes);
        if (model.majorVersion() >= JAVA_6) {
            return bytes;
        }
        // A body that is written anew gets its stack maps.
        ClassTransform bodies = ClassTransform.transformingMethodBodies((code, element) -> code.with(element));
        ClassTransform version = (builder, element) -> {
            if (element instanceof ClassFileVersion) {
                builder.withVersion(JAVA_8, 0);
            } else {
                builder.with(element);
            }
        };
        return format.transformClass(model, version.andThen(bodies));
    }
}
