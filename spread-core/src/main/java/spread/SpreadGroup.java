package spread;

import org.jspecify.annotations.Nullable;

/** A group, or the private group of a connection. One object stands for one join at a time. */
public class SpreadGroup {
    private @Nullable SpreadConnection connection;
    private volatile @Nullable String name;

    /** A group that can be joined. */
    public SpreadGroup() {}

    protected SpreadGroup(@Nullable SpreadConnection connection, @Nullable String name) {
        this.connection = connection;
        this.name = name;
    }

    /**
     * Joins a group; the membership message that lists this connection is the answer.
     *
     * @param name characters from '$' to '~'; beyond 31 the rest is cut off
     * @throws SpreadException if this object has joined already, a character is illegal, or the connection is not connected
     */
    public void join(SpreadConnection c, String name) throws SpreadException {
        synchronized (this) {
            if (connection != null) {
                throw new SpreadException("Already joined.");
            }
            for (int i = 0; i < name.length(); i++) {
                if (name.charAt(i) < 36 || name.charAt(i) > 126) {
                    throw new SpreadException(
                            "Illegal character in group name. It is at position " + (i + 1) + " of '" + name + "'.");
                }
            }
            String cut = SpreadConnection.cut(name);
            c.join(cut);
            connection = c;
            this.name = cut;
        }
    }

    /**
     * Leaves the group; a self-leave message is the answer. The object keeps its name, so that it can still be a destination or a key,
     * and can join again. Where the daemon has gone there is nobody to tell, which is no error: it has already taken this connection
     * out of its groups.
     *
     * @throws SpreadException if there is nothing to leave, or the connection was disconnected
     */
    public void leave() throws SpreadException {
        synchronized (this) {
            SpreadConnection c = connection;
            String from = name;
            if (c == null || from == null) {
                throw new SpreadException("No group to leave.");
            }
            c.leave(from);
            connection = null;
        }
    }

    /** The name; null before the first join. */
    @Override
    public @Nullable String toString() {
        return name;
    }

    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof SpreadGroup other && java.util.Objects.equals(toString(), other.toString());
    }

    @Override
    public int hashCode() {
        return java.util.Objects.hashCode(toString());
    }
}
