/** The shop: the example database whose changes flow through the stack. */
package io.millrace.local.shop;
