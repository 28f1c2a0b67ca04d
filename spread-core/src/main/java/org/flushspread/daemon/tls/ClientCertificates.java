package org.flushspread.daemon.tls;

import java.nio.file.Path;

/**
 * What is asked of clients.
 *
 * @param authorities file with the certificates of those who may sign a client's
 * @param required without one nobody comes in; else it is only asked for
 * @param namesArePrivateNames a client may have the private name that its certificate names, and no other one
 */
public record ClientCertificates(Path authorities, boolean required, boolean namesArePrivateNames) {}
