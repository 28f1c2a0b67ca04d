package org.flushspread.config;

/** What a token of spread.conf can be (configuration 2). */
enum TokenKind {
    OPEN("'{'"),
    CLOSE("'}'"),
    EQUALS("'='"),
    SEMICOLON("';'"),
    COLON("':'"),
    BANG("'!'"),
    KEYWORD("a keyword"),
    BOOLEAN("true, yes, false or no"),
    SWITCH("on, off or auto"),
    ADDRESS_PORT("an address and port"),
    ADDRESS("an IP address"),
    NUMBER("a number"),
    COSTS("a row of numbers"),
    QUOTED("quoted text"),
    WORD("a word"),
    END("the end of the file");

    private final String description;

    TokenKind(String description) {
        this.description = description;
    }

    @Override
    public String toString() {
        return description;
    }
}
