package spread;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Tells one membership of a group from another. */
public class GroupID {
    private final int[] id;

    protected GroupID(int id0, int id1, int id2) {
        id = new int[] {id0, id1, id2};
    }

    /** The three numbers: address of the daemon membership's representative, its time in seconds, and the index. */
    protected int[] getID() {
        return id.clone();
    }

    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof GroupID other && Arrays.equals(id, other.id);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(id);
    }

    /** The three numbers in decimal, with blanks between. */
    @Override
    public String toString() {
        return id[0] + " " + id[1] + " " + id[2];
    }
}
