package spread;

/** The method NULL: nothing is exchanged, everybody may connect. */
public class NULLAuth implements SpreadAuthInterface {
    @Override
    public void authenticate() throws SpreadException {}
}
