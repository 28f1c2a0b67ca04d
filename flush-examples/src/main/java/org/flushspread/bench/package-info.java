/** The program behind {@code scripts/bench --flush}: what view synchrony and replicated state machines cost. */
@NullMarked
package org.flushspread.bench;

import org.jspecify.annotations.NullMarked;
