/** The control tool as a program of its own, without a stack around it. */
package io.millrace.connect.configs.tool;
