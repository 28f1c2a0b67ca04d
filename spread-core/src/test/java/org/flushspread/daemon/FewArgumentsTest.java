package org.flushspread.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What is read without the library for command lines means the same as with it. */
class FewArgumentsTest {
    private static Map<String, Object> fields(SpreadArguments of) throws IllegalAccessException {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Field each : SpreadArguments.class.getDeclaredFields()) {
            each.setAccessible(true);
            if (!each.isAnnotationPresent(CommandLine.Mixin.class)) {
                values.put(each.getName(), each.get(of));
            }
        }
        return values;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-n d1",
                "-n d1 -c spread.conf -n d2",
                "-c /etc/a=b.conf --socket-directory /run/x --http 127.0.0.1:9000",
                "--log-file x.log --log json --socket-directory none"
            })
    void theFewMeanTheSameAsWithTheLibrary(String line) throws IllegalAccessException {
        String[] args = line.isEmpty() ? new String[0] : line.split(" ");
        SpreadArguments parsed = new SpreadArguments();
        new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(parsed))
                .setOverwrittenOptionsAllowed(true)
                .parseArgs(SpreadArguments.withLettersOnly(args));
        Optional<SpreadArguments> few = FewArguments.of(args, Map.of("FLUSH_SPREAD_HOME", "/x", "PATH", "/bin"));
        assertThat(few).isPresent();
        assertThat(fields(few.get())).isEqualTo(fields(parsed));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-n",
                "-nfoo d1",
                "-n -c",
                "-n @file",
                "-n 'd1'",
                "--log=json",
                "--seal-key key",
                "--properties p",
                "d1 -n",
                "-n d1 --check"
            })
    void anythingElseIsForTheLibrary(String line) {
        assertThat(FewArguments.of(line.split(" "), Map.of())).isEmpty();
    }

    @Test
    void anOptionInTheEnvironmentIsForTheLibrary() {
        assertThat(FewArguments.of(new String[] {"-n", "d1"}, Map.of("FLUSH_SPREAD_HTTP", "9000")))
                .isEmpty();
    }
}
