/** The two sides of requests of clients, rule by rule; all of it together runs in the simulated world of replicas. */
@NullMarked
package org.flushspread.flush.requests;

import org.jspecify.annotations.NullMarked;
