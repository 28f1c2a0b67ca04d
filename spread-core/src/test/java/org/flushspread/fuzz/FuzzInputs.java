package org.flushspread.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;

/** The committed inputs of a module's fuzz targets as tests, without Jazzer, whose instrumentation would slow down all others of the JVM. */
public final class FuzzInputs {
    private static final Path INPUTS = Path.of("src/test/resources/fuzz");

    private FuzzInputs() {}

    public static Stream<DynamicContainer> of(FuzzTargets targets) {
        return new TreeMap<>(targets.targets()).entrySet().stream().map(each -> {
            List<Path> inputs = inputs(INPUTS.resolve(each.getKey()));
            assertThat(inputs).as(each.getKey()).isNotEmpty();
            return DynamicContainer.dynamicContainer(
                    each.getKey(),
                    inputs.stream()
                            .map(input -> DynamicTest.dynamicTest(
                                    input.getFileName().toString(),
                                    () -> each.getValue().accept(Files.readAllBytes(input)))));
        });
    }

    private static List<Path> inputs(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new AssertionError("no inputs in " + folder, e);
        }
    }
}
