package org.flushspread.config;

/** The bytes that some editors put before a text to tell its encoding; no daemon understands them (configuration 1). */
final class ByteOrderMark {
    private ByteOrderMark() {}

    /**
     * Names the mark.
     *
     * @param text bytes as ISO-8859-1, or decoded text
     * @throws ConfigurationException if it begins with a byte order mark
     */
    static void refuse(String file, String text) {
        if (text.startsWith("\u00EF\u00BB\u00BF") || text.startsWith("\uFEFF")) {
            throw of(file, "UTF-8");
        }
        if (text.startsWith("\u00FF\u00FE") || text.startsWith("\u00FE\u00FF")) {
            throw of(file, "UTF-16");
        }
    }

    private static ConfigurationException of(String file, String encoding) {
        return new ConfigurationException(
                new Position(file, 1, 1),
                "the file begins with a byte order mark (" + encoding
                        + "), which no Spread daemon understands; save it as plain text without one");
    }
}
