/**
 * Who is in the ring: the states OP, SEG, REPRESENTED, GATHER, FORM and EVS of membership-protocol, its messages and timers, lookup,
 * monitor partitions and reload. The data of the old ring and its recovery belong to {@code kernel.ring} and {@code kernel.recovery},
 * which this room reaches through {@link org.flushspread.kernel.membership.FormingRing}.
 *
 * <p>{@code MembershipProtocol} takes in: it decodes and refuses. {@code MembershipStates} is the state machine: what each event does in
 * each state, and one method that enters each state, for a named {@link org.flushspread.kernel.base.MembershipCause}. {@code Publisher}
 * sends. What the state machine knows lies in {@code Gathering} (whom this daemon has found), {@code Forming} (FORM tokens), {@code
 * MembershipTimers} and {@code Unreached}; {@code Leaving} leaves a ring in order.
 */
@NullMarked
package org.flushspread.kernel.membership;

import org.jspecify.annotations.NullMarked;
