package org.flushspread.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives test methods a ring of daemons of their own: as parameters of type {@link Ring}, {@link Network}, {@code SpreadConnection} or {@code
 * FlushConnection}. The first parameter that is a connection is connected to the first daemon, the second to the second, and so on, from
 * the first again after the last. The ring is started for the first parameter and ends with the test, and its connections with it; given to
 * a {@code @BeforeAll} method, it is one for all tests of the class.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(SpreadRingExtension.class)
public @interface SpreadRing {
    /** How many daemons, 1 to 100. */
    int daemons() default 3;

    /**
     * Milliseconds without a token after which daemons look for a new ring, 50 at least: how long a crash or a cut goes unnoticed, and how
     * long this machine may stand still without breaking the ring.
     */
    int tokenTimeout() default Ring.TOKEN_TIMEOUT;
}
