/** The control tool on this machine: what its commands mean when no environment is named. */
package io.millrace.local.control;
