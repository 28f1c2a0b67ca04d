package org.flushspread.examples.redis;

/** The patterns of KEYS, SCAN and PSUBSCRIBE: {@code *}, {@code ?}, {@code [a-z]}, {@code [^a-z]}, and a backslash before what is meant as it is. */
final class Glob {
    static final Glob ANY = new Glob(new byte[] {'*'});

    private final byte[] pattern;

    Glob(byte[] pattern) {
        this.pattern = pattern;
    }

    /** Takes as long as pattern and bytes are long, multiplied, at the most: a star that was tried once is not tried for another again. */
    boolean matches(byte[] bytes) {
        int at = 0;
        int from = 0;
        int star = -1;
        int behindStar = 0;
        while (from < bytes.length) {
            if (at < pattern.length && pattern[at] == '*') {
                star = ++at;
                behindStar = from;
            } else if (at < pattern.length && matchesOne(at, bytes[from])) {
                at = end(at);
                from++;
            } else if (star >= 0) {
                at = star;
                from = ++behindStar;
            } else {
                return false;
            }
        }
        while (at < pattern.length && pattern[at] == '*') {
            at++;
        }
        return at == pattern.length;
    }

    /** Behind what stands for one byte. */
    private int end(int at) {
        if (pattern[at] == '\\' && at + 1 < pattern.length) {
            return at + 2;
        }
        if (pattern[at] != '[') {
            return at + 1;
        }
        return Math.min(closing(at) + 1, pattern.length);
    }

    /** Where a set ends; one that does not goes on to the end. */
    private int closing(int at) {
        int end = at + 1;
        while (end < pattern.length && pattern[end] != ']') {
            end += pattern[end] == '\\' ? 2 : 1;
        }
        return Math.min(end, pattern.length);
    }

    private boolean matchesOne(int at, byte one) {
        return switch (pattern[at]) {
            case '?' -> true;
            case '[' -> matchesSet(at + 1, closing(at), one);
            case '\\' -> pattern[Math.min(at + 1, pattern.length - 1)] == one;
            default -> pattern[at] == one;
        };
    }

    private boolean matchesSet(int begin, int end, byte one) {
        boolean not = begin < end && pattern[begin] == '^';
        boolean found = false;
        for (int i = not ? begin + 1 : begin; i < end; i++) {
            if (pattern[i] == '\\' && i + 1 < end) {
                found |= pattern[++i] == one;
            } else if (i + 2 < end && pattern[i + 1] == '-') {
                int a = pattern[i] & 0xff;
                int b = pattern[i + 2] & 0xff;
                found |= Math.min(a, b) <= (one & 0xff) && (one & 0xff) <= Math.max(a, b);
                i += 2;
            } else {
                found |= pattern[i] == one;
            }
        }
        return found != not;
    }
}
