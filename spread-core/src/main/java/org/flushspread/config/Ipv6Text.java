package org.flushspread.config;

import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An IPv6 address as text, without an interface: two longs are its upper and lower half. */
final class Ipv6Text {
    private static final int GROUPS = 8;
    private static final Pattern GROUP = Pattern.compile("[0-9A-Fa-f]{1,4}");
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private Ipv6Text() {}

    /** Upper and lower half of what the text says, or null if it is no IPv6 address. */
    static long @Nullable [] parse(String text) {
        int gap = text.indexOf("::");
        List<Integer> front = groups(gap < 0 ? text : text.substring(0, gap), gap < 0);
        List<Integer> back = groups(gap < 0 ? "" : text.substring(gap + 2), true);
        if (front == null || back == null) {
            return null;
        }
        int missing = GROUPS - front.size() - back.size();
        if (gap < 0 ? missing != 0 : missing < 1) {
            return null;
        }
        long[] halves = new long[2];
        for (int i = 0; i < GROUPS; i++) {
            int behind = i - front.size() - missing;
            int group = i < front.size() ? front.get(i) : behind >= 0 ? back.get(behind) : 0;
            halves[i / 4] = halves[i / 4] << 16 | group;
        }
        return halves;
    }

    /** @param atEnd whether the last group may be an IPv4 address, which stands for two */
    private static @Nullable List<Integer> groups(String text, boolean atEnd) {
        List<Integer> groups = new ArrayList<>();
        List<String> parts = text.isEmpty() ? List.of() : Splitter.on(':').splitToList(text);
        for (int i = 0; i < parts.size(); i++) {
            String part = parts.get(i);
            if (GROUP.matcher(part).matches()) {
                groups.add(Integer.parseInt(part, 16));
            } else if (atEnd && i == parts.size() - 1 && IPV4.matcher(part).matches()) {
                int number = 0;
                for (String octet : Splitter.on('.').split(part)) {
                    if (Integer.parseInt(octet) > 255) {
                        return null;
                    }
                    number = number << 8 | Integer.parseInt(octet);
                }
                groups.add(number >>> 16);
                groups.add(number & 0xffff);
            } else {
                return null;
            }
        }
        return groups;
    }

    /** The short form: no zeros in front of a group, and the longest row of zero groups as {@code ::} (RFC 5952). */
    static String of(long high, long low) {
        StringBuilder all = new StringBuilder();
        int[] groups = new int[GROUPS];
        int longest = 0;
        int longestAt = -1;
        int row = 0;
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (int) ((i < 4 ? high : low) >>> 48 - 16 * (i % 4)) & 0xffff;
            row = groups[i] == 0 ? row + 1 : 0;
            if (row > longest && row > 1) {
                longest = row;
                longestAt = i - row + 1;
            }
        }
        for (int i = 0; i < GROUPS; i++) {
            if (i == longestAt) {
                all.append("::");
                i += longest - 1;
            } else {
                boolean first = all.isEmpty() || all.charAt(all.length() - 1) == ':';
                all.append(first ? "" : ":").append(Integer.toHexString(groups[i]));
            }
        }
        return all.toString();
    }
}
