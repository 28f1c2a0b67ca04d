package org.flushspread.interop;

import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The installed C Spread 4.4. */
final class CSpread {
    private CSpread() {}

    /** Where it is installed; skips the test if it is nowhere. */
    static Path home() {
        String home = System.getenv("SPREAD_C_HOME");
        Assumptions.assumeTrue(home != null, "SPREAD_C_HOME is not set: no C Spread 4.4 to test against");
        return Path.of(home);
    }
}
