/** Jobs that are folders: a YAML file and one SELECT. No job here has Java of its own. */
package io.millrace.spark.declared;
