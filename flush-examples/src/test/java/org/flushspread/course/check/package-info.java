/**
 * The checkers: for each exercise the user of its programs, who knows what they promise and looks at them after each event. The bank is checked
 * by {@code ReplicaSimulation}, and by a ledger beside one bank alone; the others in a {@link org.flushspread.course.world.GroupWorld}.
 */
@NullMarked
package org.flushspread.course.check;

import org.jspecify.annotations.NullMarked;
