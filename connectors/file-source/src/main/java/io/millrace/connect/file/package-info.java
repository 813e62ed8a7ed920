/** Reads files of a folder and objects of an S3 bucket into Kafka. */
package io.millrace.connect.file;
