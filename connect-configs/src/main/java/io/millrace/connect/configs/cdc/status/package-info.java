/** How captures are, as the database, Connect and Kafka tell it. */
package io.millrace.connect.configs.cdc.status;
