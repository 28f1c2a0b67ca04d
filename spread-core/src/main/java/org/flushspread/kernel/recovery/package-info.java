/**
 * Extended virtual synchrony after a membership change (membership-protocol 7): the exchange of what members of the old ring miss, holes
 * and obligation sets, and the order in which the last messages of the old ring, the transitional and the regular membership are delivered.
 */
@NullMarked
package org.flushspread.kernel.recovery;

import org.jspecify.annotations.NullMarked;
