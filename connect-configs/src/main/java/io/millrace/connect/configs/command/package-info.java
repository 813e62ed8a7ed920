/** The control tool's commands. They read options, call the plain classes of the other packages, and print. */
package io.millrace.connect.configs.command;
