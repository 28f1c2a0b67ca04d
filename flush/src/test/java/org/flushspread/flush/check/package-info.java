/**
 * The promises of the flush layer as checkers over traces: predicates P1 to P24 of flush-protocol 1.3, and a simulated Spread with extended
 * virtual synchrony that produces such traces.
 */
@NullMarked
package org.flushspread.flush.check;

import org.jspecify.annotations.NullMarked;
