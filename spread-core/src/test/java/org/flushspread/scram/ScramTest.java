package org.flushspread.scram;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SCRAM-SHA-256 (security 4.6). */
class ScramTest {
    private static final byte[] SECRET = {1, 2, 3};
    private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    private static final String CLIENT = "rOprNGfwEbeRWgbNEkqO";
    private static final String SERVER = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

    private final Map<String, ScramKeys> users = Map.of(
            "user", ScramKeys.of(bytes("pencil"), SALT, 4096), "a,b=c\u00e4", ScramKeys.of(bytes("x"), SALT, 4096));

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private ScramServer server() {
        return new ScramServer(user -> Optional.ofNullable(users.get(user)), SERVER, SECRET, 5000);
    }

    /** RFC 7677, 3. */
    @Test
    void bothSidesSayWhatTheExampleOfTheStandardSays() throws ScramException {
        ScramClient client = new ScramClient("user", bytes("pencil"), CLIENT);
        ScramServer server = server();
        assertThat(client.first()).isEqualTo("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        String challenge = server.challenge(client.first()).orElseThrow();
        assertThat(challenge)
                .isEqualTo("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
        String answer = client.answer(challenge);
        assertThat(answer)
                .isEqualTo("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        assertThat(server.accepts(answer)).isTrue();
        assertThat(server.verdict()).isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
        client.check(server.verdict());
        assertThat(server.user()).contains("user");
    }

    private boolean passes(String user, String password) throws ScramException {
        ScramClient client = new ScramClient(user, bytes(password), CLIENT);
        ScramServer server = server();
        String answer = client.answer(server.challenge(client.first()).orElseThrow());
        boolean accepted = server.accepts(answer);
        if (accepted) {
            client.check(server.verdict());
        } else {
            assertThatThrownBy(() -> client.check(server.verdict()))
                    .isInstanceOf(ScramException.class)
                    .hasMessageContaining("invalid-proof");
        }
        return accepted;
    }

    @Test
    void onlyTheRightPasswordOfAUserThatExistsPasses() throws ScramException {
        assertThat(passes("user", "pencil")).isTrue();
        assertThat(passes("a,b=c\u00e4", "x")).isTrue();
        assertThat(passes("user", "pencil ")).isFalse();
        assertThat(passes("user", "")).isFalse();
        assertThat(passes("nobody", "pencil")).isFalse();
    }

    /** Whoever asks twice learns nothing about who exists. */
    @Test
    void aUserThatDoesNotExistIsChallengedAsAnyOther() {
        String one = server().challenge("n,,n=nobody,r=x").orElseThrow();
        assertThat(server().challenge("n,,n=nobody,r=x")).contains(one);
        assertThat(server().challenge("n,,n=else,r=x").orElseThrow()).isNotEqualTo(one);
        assertThat(one).matches("r=x.*,s=[A-Za-z0-9+/]{22}==,i=5000");
    }

    @Test
    void whatWasRecordedIsOfNoUseAnotherTime() throws ScramException {
        ScramClient client = new ScramClient("user", bytes("pencil"), CLIENT);
        ScramServer server = server();
        String answer = client.answer(server.challenge(client.first()).orElseThrow());
        assertThat(server.accepts(answer)).isTrue();
        ScramServer next = new ScramServer(user -> Optional.ofNullable(users.get(user)), "another", SECRET, 5000);
        next.challenge(client.first());
        assertThat(next.accepts(answer)).isFalse();
        assertThat(next.accepts(answer.replace(SERVER, "another"))).isFalse();
    }

    /** Who has read the file knows the stored key and not the client's. */
    @Test
    void theKeysOfTheFileAreNoPassword() {
        ScramServer server = server();
        String challenge = server.challenge("n,,n=user,r=x").orElseThrow();
        String last = "c=biws,r=x" + SERVER;
        byte[] stored = users.get("user").storedKey();
        byte[] proof = Codes.exclusiveOr(stored.clone(), Codes.hmac(stored, "n=user,r=x," + challenge + "," + last));
        assertThat(server.accepts(last + ",p=" + Codes.base64(proof))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n",
                "n,,",
                "n,,n=user",
                "n,,r=x,n=user",
                "n,,n=user,r=",
                "n,,n=user,r=a\tb",
                "n,,n=,r=x",
                "n,,n=a=b,r=x",
                "n,,n=a=2c,r=x",
                "n,,m=ext,n=user,r=x",
                "p=tls-unique,,n=user,r=x",
                "n,a=admin,n=user,r=x"
            })
    void whatIsNoFirstMessageIsNotChallenged(String first) {
        assertThat(server().challenge(first)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "c=biws",
                "c=biws,r=x",
                "c=biws,r=xS,p=",
                "c=biws,r=xS,p=AAAA",
                "c=biws,r=xS,p=%%%%",
                "c=eSws,r=xS,p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
            })
    void whatIsNoProofIsNotAccepted(String last) {
        ScramServer server = server();
        server.challenge("n,,n=user,r=x");
        assertThat(server.accepts(last.replace("xS", "x" + SERVER))).isFalse();
        assertThat(server().accepts(last)).as("without a challenge").isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r=other,s=AAAA,i=4096",
                "r=" + CLIENT + ",s=AAAA,i=4096",
                "r=" + CLIENT + "x,s=,i=4096",
                "r=" + CLIENT + "x,s=%,i=4096",
                "r=" + CLIENT + "x,s=AAAA,i=4095",
                "r=" + CLIENT + "x,s=AAAA,i=10000001",
                "r=" + CLIENT + "x,s=AAAA,i=many",
                "r=" + CLIENT + "x,s=AAAA",
                "nonsense"
            })
    void aClientDoesNotAnswerWhatWouldGivePasswordOrTimeAway(String challenge) {
        ScramClient client = new ScramClient("user", bytes("pencil"), CLIENT);
        assertThatThrownBy(() -> client.answer(challenge)).isInstanceOf(ScramException.class);
    }

    @Test
    void aDaemonThatDoesNotKnowThePasswordIsFound() throws ScramException {
        ScramClient client = new ScramClient("user", bytes("pencil"), CLIENT);
        assertThatThrownBy(() -> client.check("v=" + Codes.base64(new byte[32])))
                .hasMessageContaining("not the right one");
        client.answer(server().challenge(client.first()).orElseThrow());
        for (String each : new String[] {"v=" + Codes.base64(new byte[32]), "v=", "v=%", "", "x"}) {
            assertThatThrownBy(() -> client.check(each)).hasMessageContaining("not the right one");
        }
    }

    @Test
    void keysAreWrittenAndRead() {
        ScramKeys keys = ScramKeys.of(bytes("pencil"), SALT, 4096);
        assertThat(keys.text()).matches("\\$scram-sha-256\\$4096\\$[A-Za-z0-9./]+\\$[^$]{43}\\$[^$]{43}");
        assertThat(ScramKeys.parse(keys.text()).text()).isEqualTo(keys.text());
        for (String each : new String[] {
            "$scram-sha-256$",
            keys.text() + "x",
            keys.text().replace("4096", "4095"),
            keys.text().replace("4096", "99999999")
        }) {
            assertThat(ScramKeys.isForm(each)).isTrue();
            assertThatThrownBy(() -> ScramKeys.parse(each)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
