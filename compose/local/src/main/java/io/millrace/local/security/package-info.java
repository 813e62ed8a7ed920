/** How the parts of a stack know each other: certificates, accounts and permissions of {@code up --secure}, or nothing at all. */
package io.millrace.local.security;
