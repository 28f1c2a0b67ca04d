package org.flushspread.tools;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.flushspread.daemon.seal.SealKeys;

/** A key for the daemons of a benchmark, with room for what sealed daemons note (security 2); gone after it. */
final class BenchKey implements AutoCloseable {
    private final Path directory;

    BenchKey() {
        try {
            directory = Files.createTempDirectory("spread-bench-key");
        } catch (IOException e) {
            throw new UncheckedIOException("there is no room for a key: " + e.getMessage(), e);
        }
        SealKeys.create(directory.resolve("key"));
    }

    /** The command line of a daemon, sealed. */
    List<String> seal(List<String> program) {
        List<String> sealed = new ArrayList<>(program);
        sealed.addAll(List.of("--seal-key", directory.resolve("key").toString()));
        return sealed;
    }

    @Override
    public void close() {
        if (!Files.exists(directory)) {
            return;
        }
        try {
            MoreFiles.deleteRecursively(directory, RecursiveDeleteOption.ALLOW_INSECURE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
