package org.flushspread.course.world;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.flushspread.simulation.World;
import org.jspecify.annotations.Nullable;

/** What happened, for people: who did what when. */
public final class Story {
    private static final int MOST = 24;
    private static final int WIDTH = 110;
    private static final int HEAD = 50;

    private record Line(String text, boolean outline) {}

    private final List<Line> lines = new ArrayList<>();
    private @Nullable World world;

    void begin(World of) {
        world = of;
    }

    /** Something that one server saw or did. */
    public void tell(String who, String what) {
        add(who, what, false);
    }

    /** Something that every reader of the story needs: faults and views. */
    void outline(String who, String what) {
        add(who, what, true);
    }

    private void add(String who, String what, boolean outline) {
        World now = world;
        String oneLine = what.replace("\n", " / ");
        double seconds = now == null ? 0 : now.seconds();
        lines.add(new Line(String.format(Locale.ROOT, "%7.3f s  %-4s %s", seconds, who, oneLine), outline));
    }

    /**
     * The last lines that speak of these things, with the faults and views among them.
     *
     * @param about words to look for; none for the last lines of all
     */
    public List<String> lines(String... about) {
        TreeSet<Integer> shown = new TreeSet<>();
        int first = lines.size();
        for (int i = lines.size() - 1; i >= 0 && shown.size() < MOST; i--) {
            if (about.length == 0 || speaksOf(lines.get(i).text(), about)) {
                shown.add(i);
                first = i;
            }
        }
        int room = MOST;
        for (int i = lines.size() - 1; i >= Math.max(0, first - 6) && room > 0; i--) {
            if (lines.get(i).outline() && shown.add(i)) {
                room--;
            }
        }
        List<String> result = new ArrayList<>();
        for (int i : shown) {
            result.add(shortened(lines.get(i).text(), about));
        }
        return result;
    }

    /** The begin of a long line, and the place where it speaks of what is looked for. */
    private static String shortened(String text, String... about) {
        if (text.length() <= WIDTH) {
            return text;
        }
        for (String each : about) {
            int at = text.indexOf(each);
            if (at >= WIDTH - each.length()) {
                int end = Math.min(text.length(), at + each.length() + HEAD / 2);
                return text.substring(0, HEAD) + " ... " + text.substring(at - HEAD / 2, end)
                        + (end < text.length() ? " ..." : "");
            }
            if (at >= 0) {
                break;
            }
        }
        return text.substring(0, WIDTH) + " ...";
    }

    private static boolean speaksOf(String text, String... about) {
        for (String each : about) {
            if (text.contains(each)) {
                return true;
            }
        }
        return false;
    }
}
