/** What clients did and saw, as records: the language in which properties of groups are stated. */
@NullMarked
package org.flushspread.simulation.trace;

import org.jspecify.annotations.NullMarked;
