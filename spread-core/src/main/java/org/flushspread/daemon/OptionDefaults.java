package org.flushspread.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Where an option comes from that the command line does not give: the environment, then the file of {@code --properties}. */
final class OptionDefaults implements CommandLine.IDefaultValueProvider {
    static final String PREFIX = "FLUSH_SPREAD_";

    private @Nullable Properties file;

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || !option.longestName().startsWith("--")) {
            return null;
        }
        String key = option.longestName().substring(2);
        if (key.equals("help") || key.equals("version")) {
            return null;
        }
        String variable = PREFIX + key.toUpperCase(Locale.ROOT).replace('-', '_');
        String value = System.getenv(variable);
        if (value != null || key.equals("properties")) {
            return value;
        }
        return properties(option).getProperty(key);
    }

    /** The properties file stands on the same command line, so it is looked up before anything is assigned. */
    private Properties properties(OptionSpec option) {
        Properties known = file;
        if (known != null) {
            return known;
        }
        Properties read = new Properties();
        String path = null;
        CommandLine.ParseResult parsed = option.command().commandLine().getParseResult();
        List<String> args = parsed == null ? List.of() : parsed.originalArgs();
        for (int i = 0; i < args.size(); i++) {
            if (args.get(i).equals("--properties") && i + 1 < args.size()) {
                path = args.get(i + 1);
            } else if (args.get(i).startsWith("--properties=")) {
                path = args.get(i).substring("--properties=".length());
            }
        }
        path = path == null ? System.getenv(PREFIX + "PROPERTIES") : path;
        if (path != null) {
            load(read, path);
        }
        file = read;
        return read;
    }

    private static void load(Properties into, String path) {
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            into.load(in);
        } catch (NoSuchFileException e) {
            throw unusable(path, "there is no such file", e);
        } catch (IOException e) {
            throw unusable(path, String.valueOf(e.getMessage()), e);
        } catch (IllegalArgumentException e) {
            // A backslash and u without four digits behind it.
            throw unusable(path, e.getMessage() + " A backslash in a value is written twice.", e);
        }
    }

    private static DaemonStartException unusable(String path, String why, Exception cause) {
        return new DaemonStartException("cannot read the file of --properties, " + path + ": " + why, cause);
    }
}
