/** Carries a plan out, step by step, and puts back what does not work. */
package io.millrace.connect.configs.apply;
