/**
 * What can be done with a folder of contracts besides reading it: check it against what was released, release a version,
 * write its documentation and its Java classes, and begin a new contract. Plain classes; the build and the command line
 * both use them.
 */
package io.millrace.schemas.tool;
