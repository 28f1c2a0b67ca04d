package org.flushspread.interop;

import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A C Spread that is installed on this machine: daemon, programs, flush library. */
public enum CSpread {
    V4("SPREAD_C_HOME", "4.4.0"),
    V5("SPREAD5_C_HOME", "5.0.1");

    private final String variable;
    private final String version;

    CSpread(String variable, String version) {
        this.variable = variable;
        this.version = version;
    }

    /** As its daemon says it in the handshake. */
    public String version() {
        return version;
    }

    /** What names its place. */
    String variable() {
        return variable;
    }

    boolean isInstalled() {
        return System.getenv(variable) != null;
    }

    /** Where it is installed; skips the test if it is nowhere. */
    public Path home() {
        String home = System.getenv(variable);
        Assumptions.assumeTrue(home != null, variable + " is not set: no C Spread " + version + " to test against");
        return Path.of(home);
    }

    /** The path of one of its programs. */
    public String program(String name) {
        return home().resolve("bin").resolve(name).toString();
    }

    @Override
    public String toString() {
        return "C " + version;
    }
}
