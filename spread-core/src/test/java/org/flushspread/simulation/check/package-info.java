/**
 * The properties that clients may rely on (groups-protocol 10), one class each, checked while traces grow. {@link
 * org.flushspread.simulation.check.GroupChecks} feeds all of them.
 */
@NullMarked
package org.flushspread.simulation.check;

import org.jspecify.annotations.NullMarked;
