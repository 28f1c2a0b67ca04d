package org.flushspread.kernel.base;

/**
 * Who a client is by a certificate that its host has checked (security 3).
 *
 * @param name of the user
 * @param isPrivateName the client may have this private name and no other one (else REJECT_AUTH)
 */
public record CertifiedUser(String name, boolean isPrivateName) {}
