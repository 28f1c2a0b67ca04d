package org.flushspread.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The token table of configuration 2, a rule each. */
class LexerTest {
    @Test
    void aCommentGoesToTheEndOfTheLine() {
        assertThat(tokens("a # b { \" !\nc#d")).containsExactly("WORD a", "WORD c");
    }

    @Test
    void aCommentMayEndTheFile() {
        assertThat(tokens("# only")).isEmpty();
    }

    @Test
    void blankTabAndBothLineEndsSeparate() {
        assertThat(tokens("a b\tc\r\nd\ne")).containsExactly("WORD a", "WORD b", "WORD c", "WORD d", "WORD e");
    }

    @Test
    void otherControlCharactersDoNotSeparate() {
        assertThat(tokens("a\fb")).containsExactly("WORD a\fb");
    }

    @Test
    void bracesNeedNoBlanks() {
        assertThat(tokens("a{b}")).containsExactly("WORD a", "OPEN {", "WORD b", "CLOSE }");
    }

    @Test
    void equalsAndColonAreTokensOnlyWhenTheyStandAlone() {
        assertThat(tokens("= : a=b :c Window=160"))
                .containsExactly("EQUALS =", "COLON :", "WORD a=b", "WORD :c", "WORD Window=160");
    }

    @Test
    void anExclamationMarkIsATokenIfMoreFollowsOnTheLine() {
        assertThat(tokens("!DATA_LINK")).containsExactly("BANG !", "KEYWORD DATA_LINK");
        assertThat(tokens("! \n")).containsExactly("BANG !");
        assertThat(tokens("!\r\n")).containsExactly("BANG !");
        assertThat(tokens("!\nALL")).containsExactly("WORD !", "KEYWORD ALL");
        assertThat(tokens("!")).containsExactly("WORD !");
        assertThat(tokens("a!b")).containsExactly("WORD a!b");
    }

    @Test
    void keywordsAreCaseSensitiveAndWhole() {
        assertThat(tokens("Window window Windows M m pDEBUG Hop"))
                .containsExactly(
                        "KEYWORD Window",
                        "WORD window",
                        "WORD Windows",
                        "KEYWORD M",
                        "WORD m",
                        "KEYWORD pDEBUG",
                        "KEYWORD Hop");
    }

    @Test
    void booleansAndSwitchesComeInAnyCase() {
        assertThat(tokens("tRue YES no False ON off AuTo oN1"))
                .containsExactly(
                        "BOOLEAN tRue",
                        "BOOLEAN YES",
                        "BOOLEAN no",
                        "BOOLEAN False",
                        "SWITCH ON",
                        "SWITCH off",
                        "SWITCH AuTo",
                        "WORD oN1");
    }

    @Test
    void addressesHaveFourGroupsOfOneToThreeDigits() {
        assertThat(tokens("1.22.333.4 1.2.3 1.2.3.4.5 1.2.3.4444 1.2.3.4x 1..2.3"))
                .containsExactly(
                        "ADDRESS 1.22.333.4",
                        "WORD 1.2.3",
                        "WORD 1.2.3.4.5",
                        "WORD 1.2.3.4444",
                        "WORD 1.2.3.4x",
                        "WORD 1..2.3");
    }

    @Test
    void aPortHasOneToFiveDigits() {
        assertThat(tokens("1.2.3.4:5 1.2.3.4:12345 1.2.3.4:123456 1.2.3.4: 1.2.3.4:x"))
                .containsExactly(
                        "ADDRESS_PORT 1.2.3.4:5",
                        "ADDRESS_PORT 1.2.3.4:12345",
                        "WORD 1.2.3.4:123456",
                        "WORD 1.2.3.4:",
                        "WORD 1.2.3.4:x");
    }

    @Test
    void aNumberHasUpToSixDigits() {
        assertThat(tokens("1\n123456\n1234567\n12a"))
                .containsExactly("NUMBER 1", "NUMBER 123456", "COSTS 1234567", "WORD 12a");
    }

    @Test
    void aBlankOrTabAfterANumberMakesItARowOfCosts() {
        assertThat(tokens("160 \n160\t#\n160# c\n160\r\n160}"))
                .containsExactly("COSTS 160 ", "COSTS 160\t", "NUMBER 160", "NUMBER 160", "NUMBER 160", "CLOSE }");
    }

    @Test
    void aRowOfCostsEndsWithTheLine() {
        assertThat(tokens("0 5\n5 0 \n1 2a")).containsExactly("COSTS 0 5", "COSTS 5 0 ", "COSTS 1 2", "WORD a");
    }

    @Test
    void quotesOfEitherKindHoldAnythingIncludingNothing() {
        assertThat(tokens("\"a b\" 'c # \" d' \"\" ''"))
                .containsExactly("QUOTED \"a b\"", "QUOTED 'c # \" d'", "QUOTED \"\"", "QUOTED ''");
    }

    @Test
    void quotedTextMaySpanLinesWhichCount() {
        Lexer lexer = new Lexer(RingVersion.SPREAD4, "f", "\"a\nb\" c");
        assertThat(lexer.next().value()).isEqualTo("a\nb");
        assertThat(lexer.next().position()).isEqualTo(new Position("f", 2, 4));
    }

    @Test
    void theLongestMatchWins() {
        assertThat(tokens("\"a\"b \"c d\"e")).containsExactly("WORD \"a\"b", "QUOTED \"c d\"", "WORD e");
    }

    @Test
    void aQuoteThatIsNeverClosedIsPartOfAWord() {
        assertThat(tokens("\"a b")).containsExactly("WORD \"a", "WORD b");
    }

    @Test
    void aQuotedKeywordOrNumberIsText() {
        assertThat(tokens("\"C\" '12' \"yes\"")).containsExactly("QUOTED \"C\"", "QUOTED '12'", "QUOTED \"yes\"");
    }

    @Test
    void linesAndColumnsCountFromOneAndATabIsOneColumn() {
        Lexer lexer = new Lexer(RingVersion.SPREAD4, "f", "a\n\t b\r\n{");
        assertThat(lexer.next().position()).isEqualTo(new Position("f", 1, 1));
        assertThat(lexer.next().position()).isEqualTo(new Position("f", 2, 3));
        assertThat(lexer.next().position()).isEqualTo(new Position("f", 3, 1));
        assertThat(lexer.next().position()).isEqualTo(new Position("f", 3, 2));
    }

    @Test
    void aZeroByteIsNoText() {
        assertThatThrownBy(() -> new Lexer(RingVersion.SPREAD4, "f", "a\0b"))
                .hasMessage("f: not a configuration file: byte 2 is zero");
    }

    private static List<String> tokens(String text) {
        Lexer lexer = new Lexer(RingVersion.SPREAD4, "f", text);
        List<String> all = new ArrayList<>();
        for (Token token = lexer.next(); token.kind() != TokenKind.END; token = lexer.next()) {
            all.add(token.kind().name() + " " + token.text());
        }
        return all;
    }
}
