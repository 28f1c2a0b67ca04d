package org.flushspread.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The committed inputs of the fuzz targets, without Jazzer, whose instrumentation would slow down all other tests of the JVM. */
class FuzzInputsTest {
    private static final Path INPUTS = Path.of("src/test/resources/org/flushspread/fuzz");
    private static final KernelFuzz KERNEL = new KernelFuzz();
    private static final DecoderFuzz DECODERS = new DecoderFuzz();

    @TestFactory
    Stream<DynamicContainer> everyInputIsTakenOrRefused() {
        Map<String, Consumer<byte[]>> targets = Map.of(
                "KernelFuzzInputs/datagrams", KERNEL::datagrams,
                "KernelFuzzInputs/datagramsOfSpread5", KERNEL::datagramsOfSpread5,
                "KernelFuzzInputs/clients", KERNEL::clients,
                "DecoderFuzzInputs/handshake", DECODERS::handshake,
                "DecoderFuzzInputs/membershipPackets", DECODERS::membershipPackets,
                "DecoderFuzzInputs/bodies", DECODERS::bodies,
                "DecoderFuzzInputs/configuration", DECODERS::configuration);
        return targets.entrySet().stream().map(each -> {
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
