package org.flushspread.daemon.admin;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request (HTTP/1.1). A body is not read: the connection ends behind the answer.
 *
 * @param method as sent
 * @param path without the query
 * @param headers by their names in small letters; of two of one name the last
 */
record HttpRequest(String method, String path, Map<String, String> headers) {
    private static final int PARTS = 3;
    private static final Pattern THIS_MACHINE =
            Pattern.compile("(localhost|\\[::1]|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})(:\\d{1,5})?");

    /** Null if it is none. */
    static @Nullable HttpRequest parse(byte[] head, int length) {
        String[] lines = new String(head, 0, length, StandardCharsets.ISO_8859_1).split("\r?\n", -1);
        String[] first = lines[0].split(" ", -1);
        if (first.length != PARTS || !first[2].startsWith("HTTP/1.") || !first[1].startsWith("/")) {
            return null;
        }
        Map<String, String> headers = new TreeMap<>();
        for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
            int colon = lines[i].indexOf(':');
            if (colon < 1) {
                return null;
            }
            headers.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip());
        }
        int query = first[1].indexOf('?');
        return new HttpRequest(first[0], query < 0 ? first[1] : first[1].substring(0, query), headers);
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /**
     * True if the host that the client thinks it talks to is this machine by number or as localhost. A web page of somebody else, whose
     * name leads to 127.0.0.1, has its browser send that name.
     */
    boolean isForThisMachine() {
        String host = header("host").toLowerCase(Locale.ROOT);
        return host.isEmpty() || THIS_MACHINE.matcher(host).matches();
    }
}
