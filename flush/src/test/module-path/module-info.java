/** A program that is a module: it needs what anybody's would, and sees what the modules export. */
module hello {
    requires org.flushspread.core;
    requires org.flushspread.flush;
    requires io.netty.transport.classes.epoll;
}
