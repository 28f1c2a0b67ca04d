package org.flushspread.course;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.flushspread.course.check.Exercise;

/** Compiles what a learner has written, and makes programs of it. */
final class LearnersProgram {
    /** What is wrong with it before it runs, in words for the learner. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String why) {
            super(why);
        }
    }

    private LearnersProgram() {}

    /** @param directory holds the sources, in folders too */
    static Supplier<?> compile(Exercise exercise, Path directory) throws IOException, Unusable {
        List<Path> sources = find(directory, ".java");
        if (sources.isEmpty()) {
            throw new Unusable("There is no .java file in " + directory
                    + ". Make a beginning with: scripts/course start " + exercise.number() + " " + directory);
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new Unusable("This Java has no compiler: a JDK is needed, 17 or newer. JAVA_HOME chooses it.");
        }
        Path classes = Files.createTempDirectory("course");
        StringWriter errors = new StringWriter();
        List<String> options = List.of(
                "-d", classes.toString(), "-cp", System.getProperty("java.class.path"), "-nowarn", "-proc:none");
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            Iterable<? extends JavaFileObject> units = files.getJavaFileObjectsFromPaths(sources);
            if (!compiler.getTask(new PrintWriter(errors), files, null, options, null, units)
                    .call()) {
                throw new Unusable("It does not compile:\n" + errors);
            }
            return supplier(exercise, directory, classes);
        }
    }

    private static List<Path> find(Path directory, String end) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(each -> each.toString().endsWith(end)).sorted().toList();
        }
    }

    private static Supplier<?> supplier(Exercise exercise, Path directory, Path classes) throws IOException, Unusable {
        String file = exercise.program() + ".class";
        List<Path> found = find(classes, ".class").stream()
                .filter(each -> each.endsWith(file))
                .toList();
        if (found.size() != 1) {
            throw new Unusable("The program of this exercise is a class that is called " + exercise.program()
                    + "; there are " + found.size() + " in " + directory + ".");
        }
        String name = classes.relativize(found.get(0)).toString().replace(java.io.File.separatorChar, '.');
        URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()}, LearnersProgram.class.getClassLoader());
        try {
            Class<?> program = loader.loadClass(name.substring(0, name.length() - ".class".length()));
            if (program.getClassLoader() != loader) {
                throw new Unusable(
                        program.getName() + " is the name of a class of the course: take another package, or none.");
            }
            return maker(exercise, program);
        } catch (ReflectiveOperationException e) {
            throw new Unusable("It cannot be loaded: " + e);
        }
    }

    /** Makes programs of a class. */
    static Supplier<?> maker(Exercise exercise, Class<?> program) throws Unusable, NoSuchMethodException {
        if (!exercise.type().isAssignableFrom(program)) {
            throw new Unusable(
                    program.getName() + " does not implement " + exercise.type().getName() + ".");
        }
        var constructor = program.getDeclaredConstructor();
        constructor.setAccessible(true);
        return () -> {
            try {
                return constructor.newInstance();
            } catch (ReflectiveOperationException | ExceptionInInitializerError e) {
                throw new IllegalStateException(
                        "its constructor failed: " + (e.getCause() == null ? e : e.getCause()), e);
            }
        };
    }
}
