package spread;

import java.util.Locale;

/** The version of Spread whose protocol this library speaks. */
public class SpreadVersion {
    private static final int MAJOR = 4;
    private static final int MINOR = 4;
    private static final int PATCH = 0;

    /** Major version and, as hundredths, minor version. */
    public float getVersion() {
        return MAJOR + MINOR / 100f;
    }

    public int getMajorVersion() {
        return MAJOR;
    }

    public int getMinorVersion() {
        return MINOR;
    }

    public int getPatchVersion() {
        return PATCH;
    }

    /** As in 4.04.00. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d.%02d.%02d", MAJOR, MINOR, PATCH);
    }
}
