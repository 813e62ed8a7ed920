/** The proof of the whole pipeline: send a file, wait until every hop has drained, and check each number against another. */
package io.millrace.local.demo;
