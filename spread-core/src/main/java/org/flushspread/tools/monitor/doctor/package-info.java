/**
 * What is wrong with a ring, and how to mend it (operations 4). {@code Gathering} collects facts of the file, the host and the
 * network; each {@code Check} is a pure judgement over those facts about one cause, so it is tested without a network. What no check can
 * explain is said as that.
 */
@NullMarked
package org.flushspread.tools.monitor.doctor;

import org.jspecify.annotations.NullMarked;
