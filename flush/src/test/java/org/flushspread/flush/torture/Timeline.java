package org.flushspread.flush.torture;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * Draws a history as one HTML page, without anything from elsewhere: a line for each client, a bar for each operation on the cell without
 * order. What matters is which operation ended before which began, so each begin and each end gets the same room.
 */
final class Timeline {
    private static final int LEFT = 90;
    private static final int LINE = 34;
    private static final int BAR = 22;
    private static final int TOP = 40;
    /** Between two moments at which something begins or ends. */
    private static final int STEP = 26;
    /** Of a letter, about. */
    private static final int LETTER = 7;

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

    private final StringBuilder page = new StringBuilder();
    private final List<Act> acts;
    private final List<History.Event> events;
    private final List<Integer> clients;
    /** In order, without repetition. */
    private final long[] moments;

    private final int top;

    private Timeline(History history, List<Act> acts) {
        this.acts = acts;
        long from = acts.stream().mapToLong(Act::begun).min().orElse(0) - MARGIN;
        long to = acts.stream()
                        .mapToLong(each -> each.isKnown() ? each.ended() : each.begun())
                        .max()
                        .orElse(0)
                + MARGIN;
        events = history.events().stream()
                .filter(each -> each.at() >= from && each.at() <= to)
                .toList();
        clients = acts.stream().map(Act::client).distinct().sorted().toList();
        LongStream ends = acts.stream().filter(Act::isKnown).mapToLong(Act::ended);
        LongStream others = LongStream.concat(
                acts.stream().mapToLong(Act::begun), events.stream().mapToLong(History.Event::at));
        moments = LongStream.concat(ends, others).sorted().distinct().toArray();
        top = TOP + 15 * events.size();
    }

    static String page(String title, History history, List<Act> acts) {
        return new Timeline(history, acts).page(title);
    }

    private String page(String title) {
        page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
        page.append(escape(title)).append("</title><style>\n").append(STYLE).append("</style></head><body>\n<h1>");
        page.append(escape(title)).append(", cell ").append(acts.get(0).asked().key());
        page.append("</h1>\n<p>No order of these operations, each at one moment within its bar, gives these answers. "
                + "A pale bar has no known outcome: it may take effect at any later time, or never. "
                + "Time is stretched so that everything can be read; the table has the seconds.</p>\n");
        page.append(String.format(
                Locale.ROOT,
                "<div style=\"overflow-x: auto\"><svg width=\"%d\" height=\"%d\">%n",
                right() + 200,
                top + LINE * clients.size() + 20));
        for (int i = 0; i < events.size(); i++) {
            event(events.get(i), TOP - 20 + 15 * i);
        }
        for (int client : clients) {
            line(client);
        }
        page.append("</svg></div>\n");
        table();
        return page.append("</body></html>\n").toString();
    }

    private void event(History.Event event, int y) {
        int x = x(event.at());
        page.append(String.format(
                Locale.ROOT,
                "<line class=\"event\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/><text class=\"what\" x=\"%d\" y=\"%d\">%s</text>%n",
                x,
                y,
                x,
                top + LINE * clients.size(),
                x + 4,
                y + 8,
                escape(event.what())));
    }

    /** The operations of a client, one behind the other. */
    private void line(int client) {
        int y = top + LINE * clients.indexOf(client);
        page.append(String.format(
                Locale.ROOT,
                "<text x=\"5\" y=\"%d\">%s</text>%n",
                y + 15,
                client < 0 ? "at the end" : "client " + client));
        List<Act> its = acts.stream()
                .filter(each -> each.client() == client)
                .sorted(Comparator.comparingLong(Act::begun))
                .toList();
        for (int i = 0; i < its.size(); i++) {
            int next = i + 1 < its.size() ? x(its.get(i + 1).begun()) : right() + 200;
            bar(its.get(i), next, y);
        }
    }

    private int right() {
        return LEFT + STEP * (moments.length + 1);
    }

    private int x(long moment) {
        return LEFT + STEP * (1 + Arrays.binarySearch(moments, moment));
    }

    /** @param next where the next one begins, over which nothing is written */
    private void bar(Act act, int next, int y) {
        int x = x(act.begun());
        String words = words(act);
        int letters = (next - x - 6) / LETTER;
        String shown = words.length() <= letters ? words : words.substring(0, Math.max(0, letters - 1)) + "\u2026";
        page.append(String.format(
                Locale.ROOT,
                "<g><title>%s at %s, %.3f s to %s</title><rect class=\"%s%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>"
                        + "<text x=\"%d\" y=\"%d\">%s</text></g>%n",
                escape(words),
                escape(act.member()),
                act.begun() / NANOS,
                act.isKnown() ? String.format(Locale.ROOT, "%.3f s", act.ended() / NANOS) : "?",
                act.asked().kind().name().toLowerCase(Locale.ROOT),
                act.isKnown() ? "" : " unknown",
                x,
                y,
                (act.isKnown() ? x(act.ended()) : next - 4) - x,
                BAR,
                x + 3,
                y + 15,
                escape(shown)));
    }

    private static String words(Act act) {
        String found = act.isKnown() ? Long.toString(act.found()) : "?";
        return switch (act.asked().kind()) {
            case WRITE -> "write " + act.asked().value();
            case READ -> "read " + found;
            case CHANGE -> "change " + act.asked().old() + " to " + act.asked().value() + ", was " + found;
        };
    }

    private void table() {
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
