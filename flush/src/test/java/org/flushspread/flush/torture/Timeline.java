package org.flushspread.flush.torture;

import java.util.List;
import java.util.Locale;

/** Draws a history as one HTML page, without anything from elsewhere: a line for each client, a bar for each operation on the cell without order. */
final class Timeline {
    private static final int LEFT = 90;
    private static final int LINE = 34;
    private static final int BAR = 22;
    private static final int TOP = 40;
    private static final int PIXELS_PER_SECOND = 600;
    private static final long MARGIN = 300_000_000L;
    private static final double NANOS = 1e9;

    private static final String STYLE = """
            body { font-family: sans-serif; margin: 1.5em; }
            svg { border: 1px solid #ccc; } text { font-size: 12px; }
            .write { fill: #9cd29c; } .read { fill: #a9c7ee; } .change { fill: #f0c987; }
            .unknown { fill-opacity: 0.35; stroke: #a33; stroke-dasharray: 4 3; }
            .event { stroke: #c33; stroke-width: 1; } .what { fill: #c33; }
            table { border-collapse: collapse; margin-top: 1em; } td, th { padding: 2px 10px; text-align: left; }
            """;

    private Timeline() {}

    static String page(String title, History history, List<Act> acts) {
        long from = acts.stream().mapToLong(Act::begun).min().orElse(0) - MARGIN;
        long to = acts.stream().mapToLong(Timeline::end).max().orElse(0) + MARGIN;
        List<Integer> clients =
                acts.stream().map(Act::client).distinct().sorted().toList();
        List<History.Event> events = history.events().stream()
                .filter(each -> each.at() >= from && each.at() <= to)
                .toList();
        int top = TOP + 15 * events.size();
        StringBuilder page =
                new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
        page.append(escape(title)).append("</title><style>\n").append(STYLE).append("</style></head><body>\n<h1>");
        page.append(escape(title)).append(", cell ").append(acts.get(0).asked().key());
        page.append("</h1>\n<p>No order of these operations, each at one moment within its bar, gives these answers. "
                + "A pale bar has no known outcome: it may take effect at any later time, or never.</p>\n");
        int width = LEFT + (int) ((to - from) / NANOS * PIXELS_PER_SECOND) + 40;
        page.append(String.format(
                Locale.ROOT,
                "<div style=\"overflow-x: auto\"><svg width=\"%d\" height=\"%d\">%n",
                width,
                top + LINE * clients.size() + 20));
        int line = 0;
        for (History.Event each : events) {
            double x = x(each.at(), from);
            int y = TOP - 20 + 15 * line++;
            page.append(String.format(
                    Locale.ROOT,
                    "<line class=\"event\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/><text class=\"what\" x=\"%.1f\" y=\"%d\">%s</text>%n",
                    x,
                    y,
                    x,
                    top + LINE * clients.size(),
                    x + 4,
                    y + 8,
                    escape(each.what())));
        }
        for (int client : clients) {
            page.append(String.format(
                    Locale.ROOT,
                    "<text x=\"5\" y=\"%d\">%s</text>%n",
                    top + LINE * clients.indexOf(client) + 16,
                    client < 0 ? "at the end" : "client " + client));
        }
        for (Act each : acts) {
            bar(page, each, from, to, top + LINE * clients.indexOf(each.client()));
        }
        page.append("</svg></div>\n");
        table(page, acts);
        return page.append("</body></html>\n").toString();
    }

    private static long end(Act act) {
        return act.isKnown() ? act.ended() : act.begun() + MARGIN;
    }

    private static double x(long at, long from) {
        return LEFT + (at - from) / NANOS * PIXELS_PER_SECOND;
    }

    private static void bar(StringBuilder page, Act act, long from, long to, int y) {
        double x = x(act.begun(), from);
        double width = Math.max(3, x(act.isKnown() ? act.ended() : to, from) - x);
        String kind = act.asked().kind().name().toLowerCase(Locale.ROOT);
        page.append(String.format(
                Locale.ROOT,
                "<g><title>%s at %s, %.3f s to %s</title><rect class=\"%s%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>"
                        + "<text x=\"%.1f\" y=\"%d\">%s</text></g>%n",
                escape(words(act)),
                escape(act.member()),
                act.begun() / NANOS,
                act.isKnown() ? String.format(Locale.ROOT, "%.3f s", act.ended() / NANOS) : "?",
                kind,
                act.isKnown() ? "" : " unknown",
                x,
                y,
                width,
                BAR,
                x + 2,
                y + 15,
                escape(words(act))));
    }

    private static String words(Act act) {
        String found = act.isKnown() ? Long.toString(act.found()) : "?";
        return switch (act.asked().kind()) {
            case WRITE -> "write " + act.asked().value();
            case READ -> "read " + found;
            case CHANGE -> "change " + act.asked().old() + " to " + act.asked().value() + ", was " + found;
        };
    }

    private static void table(StringBuilder page, List<Act> acts) {
        page.append("<table><tr><th>begun</th><th>ended</th><th>client</th><th>member</th><th>what</th></tr>\n");
        acts.stream()
                .sorted((one, other) -> Long.compare(one.begun(), other.begun()))
                .forEach(each -> page.append(String.format(
                        Locale.ROOT,
                        "<tr><td>%.4f</td><td>%s</td><td>%d</td><td>%s</td><td>%s</td></tr>%n",
                        each.begun() / NANOS,
                        each.isKnown() ? String.format(Locale.ROOT, "%.4f", each.ended() / NANOS) : "?",
                        each.client(),
                        escape(each.member()),
                        escape(words(each)))));
        page.append("</table>\n");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
