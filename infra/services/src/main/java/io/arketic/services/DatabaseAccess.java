package io.arketic.services;

/** How one reaches a database as one of its users; {@code url} is a JDBC address. */
public record DatabaseAccess(String url, String user, String password) {

    /** Without the password. */
    @Override
    public String toString() {
        return "DatabaseAccess[url=" + url + ", user=" + user + "]";
    }
}
