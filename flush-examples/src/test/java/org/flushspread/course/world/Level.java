package org.flushspread.course.world;

/** How bad the world is. */
public enum Level {
    CALM("calm: the servers start one after the other, and nothing fails"),
    CRASHES("crashes: processes and machines die, and come back with empty memory"),
    PARTITIONS("partitions: packets are lost, and a server is cut off from the others for a while"),
    EVERYTHING("everything: crashes and partitions, and both together");

    private final String says;

    Level(String says) {
        this.says = says;
    }

    public int number() {
        return ordinal() + 1;
    }

    public static Level of(int number) {
        return values()[number - 1];
    }

    boolean crashes() {
        return this == CRASHES || this == EVERYTHING;
    }

    boolean parts() {
        return this == PARTITIONS || this == EVERYTHING;
    }

    @Override
    public String toString() {
        return number() + ", " + says;
    }
}
