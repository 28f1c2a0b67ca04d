package org.flushspread.simulation.mutants;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongFunction;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * A simulation on a mutant's classes: whatever may use the broken class is loaded anew, with it in the place of the good one. What is below is
 * the same for all mutants, and compiled once.
 */
final class BrokenClasses extends ClassLoader {
    private static final JavaCompiler COMPILER =
            Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "mutants need a JDK");
    /** Each knows what is in the jars of the class path, which takes longer to read than a mutant to compile. */
    private static final ThreadLocal<StandardJavaFileManager> FILES =
            ThreadLocal.withInitial(() -> COMPILER.getStandardFileManager(null, null, null));

    private static final String PROJECT = "org.flushspread.";
    /** Their packages use none of the kernel's. */
    private static final List<String> GROUND = List.of(PROJECT + "wire.", PROJECT + "config.");

    private static final String FLUSH = PROJECT + "flush.";

    private final Map<String, byte[]> broken;
    private final String anew;

    private BrokenClasses(Mutant mutant) {
        super(BrokenClasses.class.getClassLoader());
        broken = compile(mutant);
        // Nothing of the daemon uses the flush layer.
        anew = mutant.className().startsWith(FLUSH) ? FLUSH : PROJECT;
        if (GROUND.stream().anyMatch(mutant.className()::startsWith)) {
            throw new IllegalArgumentException("mutant " + mutant + " breaks what all share");
        }
    }

    /**
     * Runs one seed on the broken classes: name of the property that failed and its story, or null.
     *
     * @param world has {@code public static String run(long seed, String profile)}; only JDK types pass between class loaders
     */
    static LongFunction<@Nullable String> of(Mutant mutant, Class<?> world, String profile) {
        BrokenClasses loader = new BrokenClasses(mutant);
        try {
            var run = loader.loadClass(world.getName()).getMethod("run", long.class, String.class);
            return seed -> {
                try {
                    return (String) run.invoke(null, seed, profile);
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException(e);
                } catch (InvocationTargetException e) {
                    throw new IllegalStateException("seed " + seed, e.getCause());
                }
            };
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(anew) || GROUND.stream().anyMatch(name::startsWith)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            byte[] bytes = broken.get(name);
            if (bytes == null) {
                try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                    bytes = Objects.requireNonNull(in, name).readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    private static Map<String, byte[]> compile(Mutant mutant) {
        Map<String, ByteArrayOutputStream> compiled = new HashMap<>();
        var diagnostics = new DiagnosticCollector<JavaFileObject>();
        JavaFileManager files = new ForwardingJavaFileManager<>(FILES.get()) {
            @Override
            public JavaFileObject getJavaFileForOutput(
                    Location location, String className, JavaFileObject.Kind kind, @Nullable FileObject sibling) {
                return new SimpleJavaFileObject(
                        URI.create("memory:///" + className.replace('.', '/') + ".class"), kind) {
                    @Override
                    public OutputStream openOutputStream() {
                        return compiled.computeIfAbsent(className, name -> new ByteArrayOutputStream());
                    }
                };
            }
        };
        String source = mutant.source();
        var unit =
                new SimpleJavaFileObject(
                        URI.create("memory:///" + mutant.className().replace('.', '/') + ".java"),
                        JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        List<String> options = List.of("-classpath", System.getProperty("java.class.path"), "-proc:none");
        if (!COMPILER.getTask(null, files, diagnostics, options, null, List.of(unit))
                .call()) {
            throw new IllegalStateException("mutant " + mutant + " does not compile: " + diagnostics.getDiagnostics());
        }
        Map<String, byte[]> classes = new HashMap<>();
        compiled.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
        return classes;
    }
}
