/** Whether a history of operations that overlap could have been one after the other; knows nothing of replicas. */
@NullMarked
package org.flushspread.flush.linearizability;

import org.jspecify.annotations.NullMarked;
