package storage

import "gatehouse/core"

func init() { schema3 = append(schema3, fillIndexes(colMemberships, core.HoldersOfRole)) }
